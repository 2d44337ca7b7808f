@testable import Reports
import Testing

@Suite struct ScriptTests {
  @Test("the script is small enough to be in every page")
  func size() { #expect(Script.text.utf8.count < 8 << 10) }

  @Test(
    "the script makes no markup of text, runs none, and neither loads, stores nor sends anything",
    arguments: [
      "innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "Function(", "DOMParser",
      "createContextual",
      "fetch(", "XMLHttp", "WebSocket", "sendBeacon", "import(", "src", "href", "localStorage", "cookie", ".style",
      "setTimeout('", "on' +", "</", "<!--", "?.", "??", "http",
    ])
  func harmless(word: String) { #expect(!Script.text.contains(word)) }
}
