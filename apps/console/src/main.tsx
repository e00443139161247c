import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './main.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root.');
createRoot(root).render(<App />);
