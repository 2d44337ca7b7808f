@testable import Quality
import Testing

@Suite struct PatternTests {
  @Test(
    "a pattern matches whole values, as Python's re.fullmatch does with re.ASCII",
    arguments: [
      ("[A-Z0-9]{2}", "AA", true), ("[A-Z0-9]{2}", "AAA", false), ("a|bc", "bc", true), ("a|bc", "b", false),
      ("(ab)*c?", "ababc", true), ("(ab)*c?", "", true), ("a{2,3}", "a", false), ("a{2,3}", "aaa", true),
      ("a{2,}", "aaaaaa", true), ("^a$", "a", true), ("(^a|b)c", "bc", true), (".*x.*", "wxyz", true),
      (".", "\n", false),
      ("\\d+(\\.\\d+)?", "12.5", true), ("\\d+(\\.\\d+)?", "12.", false), ("[^,]+", "a b", true), ("[]x]+", "]x", true),
      ("[a\\-z]", "-", true), ("[a\\-z]", "b", false), ("\\w+@\\w+\\.(com|org)", "a_1@b.org", true), ("é+", "éé", true),
      ("[α-ω]+", "λόγος", false), ("[α-ω]+", "λγ", true), ("a{,2}", "a{,2}", true), ("x*?y", "xxy", true),
      ("", "", true),
      ("a||b", "", true), ("(?:a|b)+c", "abac", true), ("\\S\\s\\S", "a b", true), ("a$b", "ab", false),
    ])
  func matches(text: String, value: String, isMatch: Bool) throws {
    #expect(try Pattern(text).matches(value) == isMatch)
  }

  @Test(
    "what is no pattern that can be used is refused",
    arguments: [
      "(a", "a)", "[a", "*a", "a\\", "(?=a)", "(a)\\1", "\\bx", "[z-a]", "a{5,2}", "(a{1000}){1000}",
      String(repeating: "(", count: 500), String(repeating: "a", count: 1001),
    ])
  func refused(text: String) { #expect(throws: PatternError.self) { try Pattern(text) } }

  @Test("one long value takes no more memory than many short ones")
  func states() throws {
    var machine = try Pattern(".*a.{60}").machine()
    var state: UInt64 = 1
    var text = ""
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      text.append(state >> 63 == 0 ? "a" : "b")
    }
    for end in ["a", "b"] {
      let value = text + end + String(repeating: "b", count: 60)
      #expect(machine.matches(value) == (end == "a"))
      #expect(machine.states.count <= PatternMachine.limitStates + 1)
    }
  }

  @Test(
    "hostile patterns take time by the length of the value alone",
    arguments: ["(a+)+b", "(a|a)*b", "(a|aa)+b", "(.*)(.*)(.*)(.*)(.*)b", "(a?){50}a{50}b", "[ab]*a[ab]{400}"])
  func hostile(text: String) throws {
    #expect(try !Pattern(text).matches(String(repeating: "a", count: 20_000) + "c"))
  }
}
