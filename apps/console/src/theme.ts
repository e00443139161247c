import { createTheme, Input, Modal, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';
import { texts } from './texts/index.js';

/** Teal towards blue. Filled buttons use shade 8: white on it has a contrast of 5.8 (WCAG 2.2, 1.4.3 asks for 4.5). */
const brand: MantineColorsTuple = [
  '#e6f7f9',
  '#d0ebef',
  '#a3d6de',
  '#72c0cd',
  '#4aaebf',
  '#30a3b6',
  '#1f9db2',
  '#0c899d',
  '#0b7285',
  '#005f70',
];

export const theme = createTheme({
  colors: { brand },
  primaryColor: 'brand',
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily:
    'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.6rem' }, h2: { fontSize: '1.15rem' } } },
  components: {
    // Within a dialog, which is no page, a header is no banner.
    ModalHeader: { defaultProps: { role: 'presentation' } },
    DrawerHeader: { defaultProps: { role: 'presentation' } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': texts.common.close } } },
    NavLink: { styles: { root: { borderRadius: 'var(--mantine-radius-md)' } } },
    Badge: { styles: { root: { textTransform: 'none' } } },
    // Said aloud when it appears, wherever the focus is.
    InputError: Input.Error.extend({ defaultProps: { role: 'alert' } }),
    Modal: Modal.extend({
      // A `header` outside of articles and sections is the page's banner, of which there is one.
      defaultProps: { attributes: { header: { role: 'presentation' } } },
      styles: { title: { fontSize: '1.15rem', fontWeight: 650 } },
    }),
  },
});

/** Mantine's own grey for secondary text is too pale on white and on dark cards. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c636b',
    '--mantine-color-placeholder': '#6a7178',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-yellow-light-color': '#7a4a00',
  },
  dark: {
    '--mantine-color-dimmed': '#a6adb4',
    '--mantine-color-placeholder': '#8f969d',
    '--mantine-color-anchor': 'var(--mantine-color-brand-3)',
    '--mantine-color-error': '#ff8787',
  },
});
