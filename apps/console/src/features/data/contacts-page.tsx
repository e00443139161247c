import { contactsData, type Contact } from '@calkeep/contract';
import { Badge, Group } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { Instant } from '../../components/instant.js';
import { texts } from '../../texts/index.js';
import { DataList, type DataKind } from './data-list.js';

const words = texts.data.contacts;

const contacts: DataKind<Contact> = {
  ...words,
  resource: 'contacts',
  schema: contactsData,
  rowsOf: (data) => contactsData.parse(data).contacts,
  keyOf: ({ id }) => id,
  cellsOf: (contact) => [
    [contact.firstName, contact.lastName].filter(Boolean).join(' ') || words.noName,
    contact.email,
    contact.phone,
    contact.company,
    <Group key="tags" gap={4}>
      {contact.tags.map((tag) => (
        <Badge key={tag} variant="default">
          {tag}
        </Badge>
      ))}
    </Group>,
    <Instant key="updated" at={contact.updatedAt} />,
  ],
};

export function ContactsPage() {
  return <DataList kind={contacts} search={useSearch({ from: '/signed-in/workspaces/$ws/contacts' })} />;
}
