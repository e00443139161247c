import react from '@vitejs/plugin-react';
import { defaultClientConditions, defineConfig } from 'vite';

/** Where `npm start` serves the API while the console is being worked on. */
const api = process.env.CALKEEP_URL ?? 'http://localhost:3000';

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['@calkeep/source', ...defaultClientConditions] },
  build: {
    target: 'es2022',
    // As files of their own: the page's policy takes nothing that stands inside it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_000,
  },
  server: { proxy: { '/app': api, '/api': api, '/docs': api, '/openapi.json': api } },
});
