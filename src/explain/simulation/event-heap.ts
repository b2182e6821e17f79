/**
 * The next event of each customer, earliest first: a binary heap over typed arrays. Each customer has at
 * most one event, so the heap never grows beyond their number.
 */
export interface EventHeap {
  push(customer: number, atMs: number): void;
  /** Takes the earliest event's customer, or -1; its time is then `poppedAtMs()`. */
  pop(): number;
  poppedAtMs(): number;
}

export const createEventHeap = (customers: number): EventHeap => {
  const times = new Float64Array(customers);
  const heap = new Int32Array(customers);
  let size = 0;
  let popped = 0;
  return {
    push(customer, atMs) {
      times[customer] = atMs;
      let hole = size;
      size += 1;
      while (hole > 0) {
        const parent = (hole - 1) >> 1;
        if (times[heap[parent]!]! <= atMs) break;
        heap[hole] = heap[parent]!;
        hole = parent;
      }
      heap[hole] = customer;
    },
    pop() {
      if (size === 0) return -1;
      const first = heap[0]!;
      popped = times[first]!;
      size -= 1;
      const last = heap[size]!;
      const lastAt = times[last]!;
      let hole = 0;
      for (;;) {
        let child = 2 * hole + 1;
        if (child >= size) break;
        if (child + 1 < size && times[heap[child + 1]!]! < times[heap[child]!]!) child += 1;
        if (times[heap[child]!]! >= lastAt) break;
        heap[hole] = heap[child]!;
        hole = child;
      }
      heap[hole] = last;
      return first;
    },
    poppedAtMs: () => popped,
  };
};
