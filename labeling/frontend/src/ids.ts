/** Random ids, also where `crypto.randomUUID` is missing: browsers hide it from pages served over plain http. */
export function newId(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => crypto.getRandomValues(bytes)): string {
  const bytes = random(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Short ids for elements of one answer: unlike any taken one, and still random, so that merged answers do not clash. */
export function newElementId(taken: ReadonlySet<string>): string {
  for (;;) {
    const id = `e${newId().replaceAll("-", "").slice(0, 10)}`;
    if (!taken.has(id)) return id;
  }
}
