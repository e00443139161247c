import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { ApiError } from './api/api-error.js';
import { Challenges } from './shell/challenges.js';
import { createConsoleRouter } from './router.js';
import { styleNonce } from './style-nonce.js';
import { cssVariables, theme } from './theme.js';

const retriesMax = 2;

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What was refused is refused again; what did not arrive may arrive.
      retry: (failures, error) => failures < retriesMax && error instanceof ApiError && isPassing(error),
    },
  },
});

const router = createConsoleRouter(queryClient);

export function App() {
  return (
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      cssVariablesResolver={cssVariables}
      getStyleNonce={styleNonce}
    >
      <Notifications position="top-right" />
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Challenges />
      </QueryClientProvider>
    </MantineProvider>
  );
}

function isPassing({ code, status }: ApiError): boolean {
  return code === 'unreachable' || status >= 500;
}
