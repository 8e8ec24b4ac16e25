// What jsdom lacks of a browser, and what every test begins with.
import "@testing-library/jest-dom/vitest";
import { notifications } from "@mantine/notifications";
import { cleanup, configure } from "@testing-library/react";
import { afterEach, beforeEach, vi } from "vitest";

configure({ asyncUtilTimeout: 4_000 }); // a busy machine may take longer than a second to draw a page
afterEach(() => {
  cleanup();
  notifications.clean(); // they outlive what said them
});
beforeEach(() => {
  localStorage.clear();
  history.replaceState(null, "", "/");
});

window.matchMedia = (query: string) =>
  ({
    matches: false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }) as unknown as MediaQueryList;

class NoObserver {
  observe = () => undefined;
  unobserve = () => undefined;
  disconnect = () => undefined;
}
vi.stubGlobal("ResizeObserver", NoObserver);
vi.stubGlobal("IntersectionObserver", NoObserver);
window.scrollTo = () => undefined;
// Fields that grow with their text measure anew when a font was loaded.
Object.defineProperty(document, "fonts", { configurable: true, value: new EventTarget() });
Element.prototype.scrollIntoView = () => undefined;

// Nothing has a size in jsdom; a virtual list would show no row. Elements are as large as a screen.
for (const [name, size] of [
  ["offsetHeight", 800],
  ["offsetWidth", 1200],
  ["clientHeight", 800],
  ["clientWidth", 1200],
] as const)
  Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => size });
