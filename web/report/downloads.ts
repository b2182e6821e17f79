import type { ReportPageData } from '../../src/report/page-data.ts';

/** The buttons that hand out what is within the page: nothing is fetched. */
export const offerDownloads = (data: ReportPageData): void => {
  const files: Readonly<Record<string, () => Promise<Blob>>> = {
    race: () => unzip(data.raceGzip),
    rounds: async () => new Blob([data.csv.rounds], { type: 'text/csv' }),
    percentiles: async () => new Blob([data.csv.percentiles], { type: 'text/csv' }),
  };
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-download]')) {
    const make = files[button.dataset['download'] ?? ''];
    if (make === undefined) continue;
    button.addEventListener('click', async () => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await make());
      link.download = `${data.raceId}-${button.textContent}`;
      link.click();
      URL.revokeObjectURL(link.href);
    });
  }
};

const unzip = async (base64: string): Promise<Blob> => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Blob([await new Response(plain).arrayBuffer()], { type: 'application/json' });
};
