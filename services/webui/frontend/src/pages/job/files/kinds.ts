// How a file can be shown in the page. Whatever could bring code of its own is text, or a picture.

export type Kind = "image" | "json" | "table" | "text" | "none";

export const MOST_TEXT = 1_000_000; // bytes
export const MOST_IMAGE = 30_000_000;

const IMAGES: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  bmp: "image/bmp",
  svg: "image/svg+xml", // as a picture it runs no script
};
const BINARIES = new Set(
  "bin bz2 ckpt feather gz h5 hdf5 joblib model npy npz onnx parquet pb pdf pickle pkl pt pth safetensors so tar tgz xz zip zst".split(" "),
);

const endingOf = (path: string): string => /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";

/** The type under which a browser takes it as a picture; null: it is none. */
export const pictureType = (path: string): string | null => IMAGES[endingOf(path)] ?? null;

/** Unknown endings are tried as text; whether they are is seen when they are there. */
export function kindOf(path: string, size: number): Kind {
  const ending = endingOf(path);
  if (ending in IMAGES) return size <= MOST_IMAGE ? "image" : "none";
  if (size > MOST_TEXT || BINARIES.has(ending)) return "none";
  if (ending === "json" || ending === "ipynb") return "json";
  return ending === "csv" || ending === "tsv" ? "table" : "text";
}

/** JSON as people read it; what is none stays as it is. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
