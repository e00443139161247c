// For node --import: takes the sampling out of the admission script, and changes nothing else. What the server would be
// like without it.
import { register } from 'node:module';

register('./without-sampling-hooks.mjs', import.meta.url);
