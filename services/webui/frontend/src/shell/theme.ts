// The look: one accent, quiet surfaces, text that everybody can read on both.
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const teal: MantineColorsTuple = [
  "#effcf9",
  "#d5f5ee",
  "#aeeadf",
  "#7cdacb",
  "#47c2b2",
  "#20a596",
  "#12857a",
  "#0f766e",
  "#0f5f5a",
  "#0c4d4a",
];

/** From text to ground: the greys of dark pages lean to blue, as our surfaces do. */
const dark: MantineColorsTuple = [
  "#d3d9e0",
  "#b7bfc9",
  "#8d97a3",
  "#6c7682",
  "#3c444e",
  "#2f363e",
  "#23282f",
  "#1b1f24",
  "#171a1f",
  "#121518",
];

export const theme = createTheme({
  primaryColor: "teal",
  primaryShade: { light: 7, dark: 7 },
  colors: { teal, dark },
  autoContrast: true,
  defaultRadius: "md",
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  headings: { fontWeight: "650", sizes: { h1: { fontSize: "1.4rem" }, h2: { fontSize: "1.1rem" } } },
  cursorType: "pointer",
  // What assistive technology trips over: a focusable nothing in menus, a banner in each dialog, and
  // crosses without a name.
  components: {
    Notification: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Modal: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Drawer: { defaultProps: { closeButtonProps: { "aria-label": "Close" } } },
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    ModalHeader: { defaultProps: { component: "div" } },
    DrawerHeader: { defaultProps: { component: "div" } },
  },
});

/** Mantine's own greys and reds are too faint for small text (axe: 3.3:1). */
export const readable: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-dimmed": "#5a6270",
    "--mantine-color-placeholder": "#6b7280",
    "--mantine-color-error": "#c92a2a",
    "--mantine-color-red-text": "#c92a2a",
    "--mantine-color-red-light-color": "#b02525",
    "--mantine-color-red-filled": "#c92a2a",
    "--mantine-color-red-filled-hover": "#b02525",
    "--mantine-color-anchor": "#0b6b64",
    "--hd-surface": "#ffffff",
    "--hd-ground": "#f6f8f9",
    "--hd-line": "#dfe4e8",
  },
  dark: {
    "--mantine-color-dimmed": "#a3abb6",
    "--mantine-color-placeholder": "#8d96a3",
    "--mantine-color-error": "#ff8787",
    "--mantine-color-red-text": "#ff8787",
    "--mantine-color-red-light-color": "#ffa8a8",
    "--mantine-color-red-filled": "#c92a2a",
    "--mantine-color-red-filled-hover": "#b02525",
    "--mantine-color-anchor": "#47c2b2",
    "--hd-surface": "#1b1f24",
    "--hd-ground": "#14171b",
    "--hd-line": "#2f353d",
  },
});
