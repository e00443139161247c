import { auditExportFormats, type AuditExportFormat } from '@calkeep/contract';
import { Button, Group, Modal, Progress, Radio, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Failure } from '../../components/failure.js';
import { notifyDone } from '../../components/notify.js';
import { saveFile } from '../../components/save-file.js';
import { texts } from '../../texts/index.js';
import type { AuditSearch } from './audit-log.routes.js';
import { exportLog, type ExportProgress } from './export-log.js';

const words = texts.auditLog.export;
const bytesAMegabyte = 1_000_000;

export function ExportButton({ ws, search }: { ws: string; search: AuditSearch }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={() => setIsOpen(true)}>
        {words.open}
      </Button>
      {isOpen && <ExportDialog ws={ws} search={search} onClose={() => setIsOpen(false)} />}
    </>
  );
}

interface ExportDialogProps {
  readonly ws: string;
  readonly search: AuditSearch;
  readonly onClose: () => void;
}

function ExportDialog({ ws, search, onClose }: ExportDialogProps) {
  const [format, setFormat] = useState<AuditExportFormat>('csv');
  const [progress, setProgress] = useState<ExportProgress | null>(null);
  const stop = useRef(new AbortController());
  useEffect(() => {
    const { current } = stop;
    return () => current.abort();
  }, []);
  const run = useMutation({
    mutationFn: () => exportLog({ ws, search, format, signal: stop.current.signal, onProgress: setProgress }),
    onSuccess: ({ name, content, entries }) => {
      saveFile(name, content);
      notifyDone(words.done(entries));
      onClose();
    },
    gcTime: 0,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.title}
      centered
      closeOnClickOutside={!run.isPending}
      closeButtonProps={{ 'aria-label': texts.common.close }}
    >
      <Stack>
        <Text size="sm">{words.text}</Text>
        <Radio.Group
          label={words.format}
          value={format}
          onChange={(value) => setFormat(auditExportFormats.find((known) => known === value) ?? 'csv')}
        >
          <Stack gap="xs" mt="xs">
            {auditExportFormats.map((value) => (
              <Radio key={value} value={value} label={words.formats[value]} disabled={run.isPending} />
            ))}
          </Stack>
        </Radio.Group>
        <Failure error={run.error} />
        {run.isPending && (
          <Stack gap={4} role="status">
            <Progress value={100} animated aria-label={words.title} />
            <Text size="xs" c="dimmed">
              {words.progress(progress?.entries ?? 0, ((progress?.bytes ?? 0) / bytesAMegabyte).toFixed(1))}
            </Text>
          </Stack>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {run.isPending ? words.stop : texts.common.cancel}
          </Button>
          <Button loading={run.isPending} onClick={() => run.mutate()}>
            {words.start}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
