import { isUtf8 } from 'node:buffer';
import { CliError } from '../cli-error.js';

/** A record as it stands in the file, without its line end, and the line on which it begins (the first is 1). */
export interface RecordText {
  readonly line: number;
  readonly text: string;
}

export interface RecordSplitterOptions {
  /** As in CSV: a line feed between quotes does not end the record. */
  readonly hasQuotes: boolean;
}

/** An event takes some hundred bytes. A file without line ends must not fill the memory. */
const recordBytesMax = 4 * 1024 * 1024;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;

/**
 * Cuts bytes into records at LF or CRLF, whatever the chunks. Empty lines are passed over. Holds no more than one record
 * and one chunk.
 */
export class RecordSplitter {
  #rest: Buffer = Buffer.alloc(0);
  /** How much of the rest was looked at already, so that a record in many chunks is not looked at anew for each. */
  #scanned = 0;
  #isQuoted = false;
  #line = 1;
  #linesInside = 0;

  constructor(private readonly options: RecordSplitterOptions) {}

  /** The records that end in this chunk. @throws CliError that names the line */
  *push(chunk: Buffer): Generator<RecordText> {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let from = 0;
    let scanned = this.#scanned;
    for (let at = bytes.indexOf(lineFeed, scanned); at >= 0; at = bytes.indexOf(lineFeed, scanned)) {
      this.#countQuotes(bytes, scanned, at);
      scanned = at + 1;
      this.#linesInside += 1;
      if (this.#isQuoted) continue;
      const record = this.#cut(bytes.subarray(from, at));
      from = scanned;
      if (record.text !== '') yield record;
    }
    this.#countQuotes(bytes, scanned, bytes.length);
    this.#rest = bytes.subarray(from);
    this.#scanned = this.#rest.length;
    this.#refuseLong(this.#rest);
  }

  /** The last record, if the file does not end in a line end. @throws CliError that names the line */
  *end(): Generator<RecordText> {
    if (this.#isQuoted) throw new CliError(`line ${this.#line}: a quote is not closed, or the file was cut off`);
    const record = this.#cut(this.#rest);
    if (record.text !== '') yield record;
  }

  #cut(bytes: Buffer): RecordText {
    this.#refuseLong(bytes);
    if (!isUtf8(bytes)) throw new CliError(`line ${this.#line}: not UTF-8`);
    const end = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length;
    const record = { line: this.#line, text: bytes.toString('utf8', 0, end) };
    this.#line += this.#linesInside;
    this.#linesInside = 0;
    return record;
  }

  #countQuotes(bytes: Buffer, from: number, to: number): void {
    if (!this.options.hasQuotes) return;
    for (let at = from; at < to; at += 1) if (bytes[at] === quote) this.#isQuoted = !this.#isQuoted;
  }

  #refuseLong(bytes: Buffer): void {
    if (bytes.length <= recordBytesMax) return;
    throw new CliError(`line ${this.#line}: longer than ${recordBytesMax} bytes, which no record of an export is`);
  }
}
