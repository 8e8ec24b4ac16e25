// The top of every page: where to go, how the connection is, light or dark, who is here.
import { ActionIcon, Button, Group, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconMoon, IconPlus, IconSun, IconUser } from "@tabler/icons-react";
import { useLocation } from "wouter";

import { useMe } from "../api/queries";
import { forgetToken, readToken } from "../api/session";
import { MenuButton } from "../parts/MenuButton";
import { Connection } from "./Connection";
import classes from "./Header.module.css";
import { hrefs } from "./location";

const PLACES = [
  ["/", "Trials"],
  ["/workers", "Workers"],
  ["/activity", "Activity"],
] as const;

export function Header() {
  const [path] = useLocation();
  const isAt = (place: string) =>
    place === "/" ? path === "/" || /^\/(trial|job|compare)/.test(path) : path === place;
  return (
    <header className={classes["header"]}>
      <a className={classes["skip"]} href="#main" onClick={toMain}>
        Skip to the content
      </a>
      <a className={classes["brand"]} href={hrefs("/")} aria-label="Hyperdock">
        <img src="./icon.svg" alt="" width={24} height={24} />
        <span>Hyperdock</span>
      </a>
      <nav aria-label="Main" className={classes["nav"]}>
        {PLACES.map(([place, name]) => (
          <a key={place} href={hrefs(place)} aria-current={isAt(place) ? "page" : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <Group gap={6} ml="auto" wrap="nowrap">
        <Connection />
        <Scheme />
        <Account />
        <Button
          component="a"
          href={hrefs("/new")}
          size="xs"
          aria-label="New trial"
          leftSection={<IconPlus size={15} />}
          className={classes["new"]}
        >
          New trial
        </Button>
      </Group>
    </header>
  );
}

function toMain(event: React.MouseEvent) {
  event.preventDefault();
  const main = document.querySelector("main");
  main?.setAttribute("tabindex", "-1");
  main?.focus();
}

function Scheme() {
  const scheme = useComputedColorScheme("light");
  const { setColorScheme } = useMantineColorScheme();
  const other = scheme === "dark" ? "light" : "dark";
  const label = `Show it ${other}`;
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={label} title={label} onClick={() => setColorScheme(other)}>
      {scheme === "dark" ? <IconSun size={18} /> : <IconMoon size={18} />}
    </ActionIcon>
  );
}

function Account() {
  const { data } = useMe();
  if (!readToken()) return null;
  return (
    <MenuButton
      label="Account"
      icon={<IconUser size={18} />}
      heading={data ? `${data.name} may ${data.scopes.join(", ")}` : "Nobody knows yet who you are"}
      entries={[{ label: "Log out", act: forgetToken }]}
    />
  );
}
