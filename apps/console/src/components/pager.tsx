import { Group, Pagination, Text } from '@mantine/core';
import { texts } from '../texts/index.js';

interface PagerProps {
  readonly page: number;
  readonly totalPages: number;
  readonly total: number;
  readonly onPage: (page: number) => void;
}

export function Pager({ page, totalPages, total, onPage }: PagerProps) {
  return (
    <Group justify="space-between" mt="md">
      <Text size="sm" c="dimmed">
        {texts.common.total(total)}
      </Text>
      {totalPages > 1 && (
        <Pagination
          value={page}
          total={totalPages}
          onChange={onPage}
          size="sm"
          getControlProps={(control) => ({ 'aria-label': texts.common.pages[control] })}
          getItemProps={(number) => ({ 'aria-label': texts.common.page(number) })}
        />
      )}
    </Group>
  );
}
