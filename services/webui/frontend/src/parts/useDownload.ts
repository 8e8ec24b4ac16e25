// Lets the browser fetch a file by itself: its address is opened by a ticket, good for one fetch.
import { useClient, type Download } from "../api/client";
import { useAction } from "./useAction";

export function useDownload(): (what: Download) => void {
  const client = useClient();
  const { run } = useAction();
  return (what) => {
    void run("", async () => {
      const link = document.createElement("a");
      link.href = await client.download(what);
      link.download = "";
      link.click();
    });
  };
}

/** Gives a text that the page made to the browser as a file. */
export function saveAs(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
