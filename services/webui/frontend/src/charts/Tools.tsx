// The buttons of a plot: what dragging does, the zoom, the whole window, and the exports.
import { ActionIcon, Group, Menu, Tooltip } from "@mantine/core";
import {
  IconArrowsMaximize,
  IconArrowsMinimize,
  IconDownload,
  IconFilter,
  IconZoomIn,
  IconZoomReset,
} from "@tabler/icons-react";
import type { ReactNode } from "react";

export type Dragging = "filter" | "zoom";

const DRAGGING: Record<Dragging, string> = {
  filter: "Dragging filters the jobs. Let it zoom",
  zoom: "Dragging zooms. Let it filter the jobs",
};

interface Shown {
  name: string;
  /** What dragging does; undefined: there is nothing to choose. */
  dragging: Dragging | undefined;
  setDragging: (to: Dragging) => void;
  isZoomed: boolean;
  zoomOut: () => void;
  isLarge: boolean;
  setLarge: (to: boolean) => void;
  savePicture: () => void;
  /** Undefined: there are no numbers to save. */
  saveData: (() => void) | undefined;
}

export function Tools(shown: Shown) {
  const { name, dragging, isZoomed, isLarge } = shown;
  return (
    <Group gap={2} wrap="nowrap" role="group" aria-label={`Tools of ${name}`}>
      {isZoomed && (
        <Tool label="Reset the zoom" onClick={shown.zoomOut}>
          <IconZoomReset size={16} />
        </Tool>
      )}
      {dragging !== undefined && (
        <Tool
          label={DRAGGING[dragging]}
          onClick={() => shown.setDragging(dragging === "filter" ? "zoom" : "filter")}
        >
          {dragging === "filter" ? <IconFilter size={16} /> : <IconZoomIn size={16} />}
        </Tool>
      )}
      <Menu position="bottom-end" withinPortal={!isLarge} width={150}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`Export ${name}`} title="Export">
            <IconDownload size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={shown.savePicture}>Picture (PNG)</Menu.Item>
          {shown.saveData && <Menu.Item onClick={shown.saveData}>Data (CSV)</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      <Tool label={isLarge ? "Back to the page" : "Fill the window"} onClick={() => shown.setLarge(!isLarge)}>
        {isLarge ? <IconArrowsMinimize size={16} /> : <IconArrowsMaximize size={16} />}
      </Tool>
    </Group>
  );
}

function Tool({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <Tooltip label={label} openDelay={300}>
      <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
