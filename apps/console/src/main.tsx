import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './main.css';
import { setNonce } from 'get-nonce';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { styleNonce } from './style-nonce.js';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root.');
// For the style element that keeps the page from scrolling behind a dialog.
setNonce(styleNonce());
createRoot(root).render(<App />);
