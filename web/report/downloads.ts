import type { PageFile, ReportPageData } from '../../src/report/data/page-data.ts';

/** The buttons that hand out what is within the page: nothing is fetched. */
export const offerDownloads = (data: ReportPageData): void => {
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-download]')) {
    const name = button.dataset['download'] as PageFile;
    button.addEventListener('click', async () => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await unpack(data.files[name]));
      link.download = `${data.raceId}-${name}`;
      link.click();
      URL.revokeObjectURL(link.href);
    });
  }
};

/** A file that the page carries. */
export const unpack = async (base64: string): Promise<Blob> => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Blob([await new Response(plain).arrayBuffer()]);
};
