@testable import Reports
import Testing

@Suite struct HTMLTests {
  @Test(
    "what is not seen but changes how its neighbours are read becomes visible",
    arguments: ["\u{202E}", "\u{2066}", "\u{200B}", "\u{2028}", "\u{FEFF}", "\u{1B}", "\u{85}", "\u{200F}", "\u{0}"])
  func unseen(scalar: String) { #expect(HTML.escaped("a\(scalar)b") == "a\u{FFFD}b") }

  @Test(
    "letters of every language, joined ones too, stay as they are",
    arguments: ["naïve", "日本語", "नमस्ते", "👩‍👩‍👧", "می‌خواهم", "a\tb\nc", "é\u{301}"])
  func kept(text: String) { #expect(HTML.escaped(text) == text) }

  @Test("the characters that mean something in markup are written out")
  func markup() { #expect(HTML.escaped("<a href=\"x\" b='&'>") == "&lt;a href=&quot;x&quot; b=&#39;&amp;&#39;&gt;") }
}
