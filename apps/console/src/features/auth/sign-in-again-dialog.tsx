import { Button, Modal } from '@mantine/core';
import { texts } from '../../texts/index.js';

interface SignInAgainDialogProps {
  readonly onDone: () => void;
  readonly onGiveUp: () => void;
}

export default function SignInAgainDialog({ onDone, onGiveUp }: SignInAgainDialogProps) {
  return (
    <Modal opened onClose={onGiveUp} title={texts.auth.signInAgain.title} centered>
      <Button onClick={onDone}>{texts.auth.signInAgain.submit}</Button>
    </Modal>
  );
}
