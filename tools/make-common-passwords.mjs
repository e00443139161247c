// Makes libs/security/data/common-passwords.txt from an unpacked copy of the package that its README.md names.
// Run by hand, when that package is renewed:
//
//   npm pack @zxcvbn-ts/language-common@4.1.3 && tar -xzf zxcvbn-ts-language-common-4.1.3.tgz
//   node tools/make-common-passwords.mjs package
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const source = process.argv[2];
if (!source) {
  console.error('usage: node tools/make-common-passwords.mjs FOLDER_OF_THE_PACKAGE');
  process.exit(2);
}

const passwords = JSON.parse(readFileSync(path.join(source, 'src/passwords.json'), 'utf8'));
const lines = [...new Set(passwords.map((password) => password.normalize('NFKC').toLowerCase()))].sort();
writeFileSync(path.join(root, 'libs/security/data/common-passwords.txt'), `${lines.join('\n')}\n`);
console.log(`${lines.length} passwords, ${lines.filter(({ length }) => length >= 12).length} of 12 characters or more`);
