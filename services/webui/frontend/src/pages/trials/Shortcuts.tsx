// The keys that work on the list of trials.
import { Kbd, Modal, Table } from "@mantine/core";

const KEYS: readonly [string[], string][] = [
  [["/"], "Search by name"],
  [["j", "↓"], "Next trial"],
  [["k", "↑"], "Trial before"],
  [["Enter"], "Open the trial"],
  [["x"], "Select it, or no more"],
  [["?"], "These keys"],
];

export default function Shortcuts({ onClose }: { onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Keys" size="xs" closeButtonProps={{ "aria-label": "Close" }}>
      <Table withRowBorders={false} verticalSpacing={4}>
        <Table.Tbody>
          {KEYS.map(([keys, what]) => (
            <Table.Tr key={what}>
              <Table.Th scope="row" fw={400}>
                {keys.map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Th>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
