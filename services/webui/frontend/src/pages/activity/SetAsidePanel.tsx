// The messages that nobody could process: rare, and for administrators, who alone may see them.
import { Alert, Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";

import { useClient } from "../../api/client";
import { useMe } from "../../api/queries";
import { Ago } from "../../parts/Ago";
import { counted } from "../../parts/format";
import classes from "./Activity.module.css";

const EVERY = 15_000;

export function SetAsidePanel() {
  const client = useClient();
  const isAdmin = useMe().data?.scopes.includes("admin") ?? false;
  const { data } = useQuery({
    queryKey: ["set-aside"],
    queryFn: () => client.setAside(),
    enabled: isAdmin,
    refetchInterval: EVERY,
  });
  const [isOpen, { toggle }] = useDisclosure();
  if (!data?.length) return null;
  return (
    <Alert
      color="orange"
      variant="outline"
      icon={<IconAlertTriangle size={18} aria-hidden />}
      classNames={{ root: classes["setAside"] ?? "", message: classes["message"] ?? "" }}
      title={`${counted(data.length, "message")} could not be processed`}
    >
      They were set aside and hold up nothing else. Whoever sent them has to tell why.{" "}
      <Button size="compact-xs" variant="default" onClick={toggle} aria-expanded={isOpen}>
        {isOpen ? "Hide them" : "Show them"}
      </Button>
      {isOpen && (
        <ul className={classes["messages"]} aria-label="Messages that were set aside">
          {data.map(({ at, reason, body }, index) => (
            <li key={`${at}-${index}`}>
              <p>
                {reason} · <Ago at={at} />
              </p>
              <pre tabIndex={0} aria-label="What was in it" className={classes["json"]}>
                {body}
              </pre>
            </li>
          ))}
        </ul>
      )}
    </Alert>
  );
}
