import { DOMParser } from 'linkedom';

/** An element of an XML file, as far as lock files need it. */
export interface XmlElement {
  readonly tagName: string;
  readonly textContent: string;
  readonly children: Iterable<XmlElement>;
  getAttribute(name: string): string | null;
  getElementsByTagName(name: string): Iterable<XmlElement>;
}

export const parseXml = (text: string): XmlElement =>
  new DOMParser().parseFromString(text, 'text/xml') as unknown as XmlElement;

/** The text of a child; undefined where there is none. */
export const childText = (element: XmlElement, name: string): string | undefined => {
  for (const child of element.children) if (child.tagName === name) return child.textContent.trim();
  return undefined;
};
