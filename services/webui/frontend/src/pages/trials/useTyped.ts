// A text that counts once nobody types any more, and follows what it stands for when that changes.
import { useEffect, useEffectEvent, useState } from "react";

const PAUSE = 250; // ms

export function useTyped(value: string, onSettled: (text: string) => void): { text: string; type: (text: string) => void } {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  if (value !== seen) {
    setSeen(value);
    if (value !== text.trim()) setText(value);
  }
  const settle = useEffectEvent(() => {
    if (text.trim() !== value) onSettled(text.trim());
  });
  useEffect(() => {
    const timer = setTimeout(() => settle(), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return { text, type: setText };
}
