// The notes in the corner, apart from the first load.
import { Notifications } from "@mantine/notifications";

export default function ToastList() {
  return <Notifications position="bottom-right" limit={4} />;
}
