import Store
import Testing

@Suite struct GlobTests {
  @Test(
    "a glob matches what people expect",
    arguments: [
      ("*.csv", "a.csv", true), ("*.csv", "b/a.csv", false), ("**/*.csv", "b/c/a.csv", true),
      ("**/*.csv", "a.csv", true),
      ("flights/2013-0[1-3].csv", "flights/2013-02.csv", true),
      ("flights/2013-0[1-3].csv", "flights/2013-04.csv", false),
      ("flights/2013-{0[1-9],1[0-1]}.csv", "flights/2013-11.csv", true),
      ("flights/2013-{0[1-9],1[0-1]}.csv", "flights/2013-12.csv", false), ("a?c", "abc", true), ("a?c", "a/c", false),
      ("[!a]x", "bx", true), ("[!a]x", "ax", false), ("data/**", "data/a/b", true), ("*a*b*c", "xxaxxbxxc", true),
      ("*", "", true), ("", "a", false),
    ])
  func matches(pattern: String, path: String, isMatch: Bool) throws {
    #expect(try #require(Glob(pattern)).matches(path) == isMatch)
  }

  @Test("open brackets and braces are no glob", arguments: ["[a", "{a,b", "a}", "{a,{b}}"])
  func refuses(pattern: String) { #expect(Glob(pattern) == nil) }

  @Test("a hostile pattern takes no exponential time", .timeLimit(.minutes(5)))
  func hostile() throws {
    let glob = try #require(Glob(String(repeating: "*a", count: 60) + "b"))
    #expect(!glob.matches(String(repeating: "a", count: 4000)))
  }
}
