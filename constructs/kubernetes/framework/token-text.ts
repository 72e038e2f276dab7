/** CDKTF's number tokens as text: doubles of one bit pattern, which nobody writes. */
const NUMBER_TOKEN = /-8\.10956\d*e\+298/;

/** Whether a part of a text is a token of CDKTF. A file of its own: commands ask it that load no framework. */
export function isTokenText(text: string): boolean {
  return text.includes("TfToken[") || NUMBER_TOKEN.test(text);
}
