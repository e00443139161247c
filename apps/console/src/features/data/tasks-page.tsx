import { tasksData, type Task } from '@calkeep/contract';
import { Badge } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { Instant } from '../../components/instant.js';
import { texts } from '../../texts/index.js';
import { DataList, type DataKind } from './data-list.js';

const words = texts.data.tasks;

const tasks: DataKind<Task> = {
  ...words,
  resource: 'tasks',
  schema: tasksData,
  rowsOf: (data) => tasksData.parse(data).tasks,
  keyOf: ({ id }) => id,
  cellsOf: (task) => [
    task.title,
    <Badge key="status" variant="default">
      {words.statuses[task.status]}
    </Badge>,
    task.dueAt && <Instant key="due" at={task.dueAt} />,
    task.completedAt && <Instant key="completed" at={task.completedAt} />,
    <Instant key="updated" at={task.updatedAt} />,
  ],
};

export function TasksPage() {
  return <DataList kind={tasks} search={useSearch({ from: '/signed-in/workspaces/$ws/tasks' })} />;
}
