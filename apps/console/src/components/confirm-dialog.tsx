import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { texts } from '../texts/index.js';
import { Failure } from './failure.js';

interface ConfirmDialogProps {
  readonly isOpen: boolean;
  readonly title: string;
  readonly text?: ReactNode;
  readonly confirm: string;
  /** Something is lost by it. */
  readonly isDangerous?: boolean;
  readonly isPending: boolean;
  readonly isDisabled?: boolean;
  readonly error: unknown;
  readonly children?: ReactNode;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something is done. Enter confirms, Escape closes; why it was refused is said here. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { isOpen, title, text, confirm, isDangerous = false, isPending, isDisabled = false, error } = props;
  return (
    <Modal
      opened={isOpen}
      onClose={props.onClose}
      title={title}
      centered
      closeButtonProps={{ 'aria-label': texts.common.close }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          props.onConfirm();
        }}
      >
        <Stack>
          {text !== undefined && (
            <Text size="sm" component="div">
              {text}
            </Text>
          )}
          {props.children}
          <Failure error={error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              {texts.common.cancel}
            </Button>
            <Button type="submit" {...(isDangerous && { color: 'red.9' })} loading={isPending} disabled={isDisabled}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
