// Keys that steer a page must not be taken from those who type, nor from the browser.

const TYPED = "input:not([type=checkbox]), textarea, select, [contenteditable], [role=menu], [role=dialog]";

/** Whether a key was pressed alone, and not into something that takes keys itself. */
export function isPlainKey(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  return !(event.target instanceof Element && event.target.closest(TYPED));
}
