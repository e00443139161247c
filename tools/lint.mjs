// Format, then ESLint, over the whole workspace. ESLint's boundary rule reads Nx's project graph, which has to be there first:
// without it the rule says nothing and lets everything pass.
import { spawnSync } from 'node:child_process';

const env = { ...process.env, NX_DAEMON: 'false' };

run('node_modules/nx/dist/bin/nx.js', ['show', 'projects'], 'ignore');
run('node_modules/prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.'], 'inherit');
run('node_modules/eslint/bin/eslint.js', ['.', '--max-warnings=0', ...process.argv.slice(2)], 'inherit');

function run(script, args, stdout) {
  const { status } = spawnSync(process.execPath, [script, ...args], { env, stdio: ['ignore', stdout, 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}
