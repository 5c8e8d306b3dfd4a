import assert from "node:assert/strict";
import { test } from "node:test";
import { peaksOf, soundTime, ticks } from "./sound_peaks.ts";

/** A WAV file of these samples from -1 to 1, with a chunk in front that readers must step over. */
function wav(samples: readonly number[], bytes: number, channels = 1, rate = 100): ArrayBuffer {
  const junk = 3;
  const buffer = new ArrayBuffer(12 + 24 + 8 + junk + 1 + 8 + samples.length * bytes);
  const data = new DataView(buffer);
  const name = (at: number, text: string): void => [...text].forEach((letter, index) => data.setUint8(at + index, letter.charCodeAt(0)));
  name(0, "RIFF");
  data.setUint32(4, buffer.byteLength - 8, true);
  name(8, "WAVEfmt ");
  data.setUint32(16, 16, true);
  data.setUint16(20, 1, true);
  data.setUint16(22, channels, true);
  data.setUint32(24, rate, true);
  data.setUint32(28, rate * channels * bytes, true);
  data.setUint16(32, channels * bytes, true);
  data.setUint16(34, 8 * bytes, true);
  name(36, "LIST");
  data.setUint32(40, junk, true);
  name(44 + junk + 1, "data");
  data.setUint32(48 + junk + 1, samples.length * bytes, true);
  samples.forEach((sample, index) => {
    const at = 52 + junk + 1 + index * bytes;
    if (bytes === 1) data.setUint8(at, 128 + Math.round(sample * 127));
    if (bytes === 2) data.setInt16(at, Math.round(sample * 32767), true);
    if (bytes === 3) {
      const whole = Math.round(sample * (2 ** 23 - 1));
      data.setUint16(at, whole & 0xffff, true);
      data.setInt8(at + 2, whole >> 16);
    }
    if (bytes === 4) data.setInt32(at, Math.round(sample * (2 ** 31 - 1)), true);
  });
  return buffer;
}

test("the peaks of a bucket are its lowest and highest sample, at every width", () => {
  const samples = [0, 0.5, -0.25, 0, 1, -1, 0, 0];
  for (const bytes of [1, 2, 3, 4]) {
    const peaks = peaksOf(wav(samples, bytes), 2);
    assert.ok(peaks);
    const expected = [-0.25, 0.5, -1, 1];
    expected.forEach((value, index) => assert.ok(Math.abs((peaks.values[index] ?? 9) - value) < 0.01, `${bytes} bytes`));
  }
});

test("the duration counts frames, not samples of every channel", () => {
  assert.equal(peaksOf(wav(Array.from({ length: 200 }, () => 0), 2, 2), 4)?.duration_s, 1);
});

test("more buckets than frames repeat frames instead of leaving holes", () => {
  const peaks = peaksOf(wav([0.5, -0.5], 2), 5);
  assert.ok(peaks?.values.every((value) => Math.abs(Math.abs(value) - 0.5) < 0.01));
});

test("what is not whole-number WAV has no peaks", () => {
  assert.equal(peaksOf(new ArrayBuffer(4), 4), null);
  assert.equal(peaksOf(new TextEncoder().encode("ID3 this is no wav file at all").buffer as ArrayBuffer, 4), null);
  assert.equal(peaksOf(wav([], 2), 4), null);
  const float = wav([0.5], 4);
  new DataView(float).setUint16(20, 3, true);
  assert.equal(peaksOf(float, 4), null);
});

test("a file cut short is drawn as far as it goes", () => {
  assert.equal(peaksOf(wav([0, 0.5, 0.5, 0.5], 2).slice(0, -4), 1)?.duration_s, 0.02);
});

test("times are printed in hundredths, and ticks are round", () => {
  assert.equal(soundTime(9.2), "00:09.20");
  assert.equal(soundTime(75.019), "01:15.01");
  assert.deepEqual(ticks(9.2), [0, 2, 4, 6, 8]);
  assert.deepEqual(ticks(0), [0]);
  assert.ok(ticks(3601).length <= 7);
});
