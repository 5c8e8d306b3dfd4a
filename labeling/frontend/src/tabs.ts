/** Whether this window is the one that works on the project; `onLost` once another took over. Without locks, always. */
export async function holdDesk(name: string, take: boolean, onLost: () => void): Promise<boolean> {
  const locks = (navigator as Partial<Navigator>).locks;
  if (!locks) return true;
  return new Promise((resolve) => {
    let held = false;
    locks
      .request(name, take ? { steal: true } : { ifAvailable: true }, (lock) => {
        held = lock !== null;
        resolve(held);
        return held ? new Promise<void>(() => undefined) : undefined;
      })
      .catch(() => {
        if (held) onLost();
        else resolve(true);
      });
  });
}
