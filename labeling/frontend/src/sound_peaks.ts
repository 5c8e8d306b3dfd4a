/** Peaks of uncompressed WAV, read from the bytes themselves: no decoder, no permission, no copy of the sound. */

export interface Peaks {
  readonly duration_s: number;
  /** Lowest and highest sample of each bucket, from -1 to 1, in turn. */
  readonly values: Float32Array;
}

interface Layout { readonly channels: number; readonly rate: number; readonly bytes: number; readonly start: number; readonly length: number }

const PCM = 1;
const EXTENSIBLE = 0xfffe;
/** So many samples of a bucket are looked at: enough to find its peaks in speech, and an hour stays quick. */
const LOOKS = 400;

/** Null where the bytes are not whole-number WAV: then there is nothing to draw, and the sound still plays. */
export function peaksOf(buffer: ArrayBuffer, buckets: number): Peaks | null {
  const data = new DataView(buffer);
  const layout = layoutOf(data);
  if (!layout) return null;
  const frame = layout.channels * layout.bytes;
  const frames = Math.floor(layout.length / frame);
  if (frames === 0) return null;
  const values = new Float32Array(2 * buckets);
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const first = Math.floor((bucket * frames) / buckets);
    const after = Math.max(first + 1, Math.floor(((bucket + 1) * frames) / buckets));
    const step = Math.max(1, Math.floor((after - first) / LOOKS));
    let low = Infinity;
    let high = -Infinity;
    for (let at = first; at < after; at += step) {
      const sample = sampleAt(data, layout.start + at * frame, layout.bytes);
      if (sample < low) low = sample;
      if (sample > high) high = sample;
    }
    values[2 * bucket] = low;
    values[2 * bucket + 1] = high;
  }
  return { duration_s: frames / layout.rate, values };
}

function layoutOf(data: DataView): Layout | null {
  if (data.byteLength < 12 || word(data, 0) !== "RIFF" || word(data, 8) !== "WAVE") return null;
  let format: Omit<Layout, "start" | "length"> | null = null;
  for (let at = 12; at + 8 <= data.byteLength; ) {
    const size = data.getUint32(at + 4, true);
    const start = at + 8;
    if (word(data, at) === "fmt " && start + 16 <= data.byteLength) {
      const kind = data.getUint16(start, true);
      const bytes = data.getUint16(start + 14, true) / 8;
      const channels = data.getUint16(start + 2, true);
      const rate = data.getUint32(start + 4, true);
      if ((kind !== PCM && kind !== EXTENSIBLE) || ![1, 2, 3, 4].includes(bytes) || channels === 0 || rate === 0) return null;
      format = { channels, rate, bytes };
    }
    if (word(data, at) === "data") return format && { ...format, start, length: Math.min(size, data.byteLength - start) };
    at = start + size + (size % 2);
  }
  return null;
}

function word(data: DataView, at: number): string {
  return String.fromCharCode(data.getUint8(at), data.getUint8(at + 1), data.getUint8(at + 2), data.getUint8(at + 3));
}

/** Eight bits are stored unsigned, more of them signed. */
function sampleAt(data: DataView, at: number, bytes: number): number {
  if (bytes === 1) return (data.getUint8(at) - 128) / 128;
  if (bytes === 2) return data.getInt16(at, true) / 2 ** 15;
  if (bytes === 3) return ((data.getInt8(at + 2) << 16) | data.getUint16(at, true)) / 2 ** 23;
  return data.getInt32(at, true) / 2 ** 31;
}

/** "00:09.20" */
export function soundTime(seconds: number): string {
  const hundredths = Math.floor(Math.max(0, seconds) * 100 + 1e-6);
  const pad = (value: number): string => String(value).padStart(2, "0");
  return `${pad(Math.floor(hundredths / 6000))}:${pad(Math.floor(hundredths / 100) % 60)}.${pad(hundredths % 100)}`;
}

/** Round times below a sound: at most `most` of them, beginning with 0. */
export function ticks(duration_s: number, most = 7): readonly number[] {
  if (!(duration_s > 0)) return [0];
  const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600];
  const step = steps.find((one) => duration_s / one <= most - 1) ?? 3600;
  return Array.from({ length: Math.floor(duration_s / step + 1e-9) + 1 }, (_, at) => Math.round(at * step * 10) / 10);
}
