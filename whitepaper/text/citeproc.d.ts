declare module 'citeproc' {
  interface Engine {
    updateItems(ids: string[]): void;
    makeCitationCluster(items: { id: string; suffix?: string }[]): string;
    makeBibliography(): [{ entry_ids: string[][] }, string[]];
  }
  interface System {
    retrieveLocale(language: string): string;
    retrieveItem(id: string): unknown;
  }
  const citeproc: { Engine: new (system: System, style: string) => Engine };
  export default citeproc;
}
