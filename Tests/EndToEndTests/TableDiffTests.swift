import Foundation
import Testing

@Suite struct TableDiffTests {
  let site: SiteFixture

  init() throws {
    site = try SiteFixture()
    try site.write("a/1.csv", Self.rows(60) { "\($0),\($0 * 3 % 47),\($0 % 2 == 0 ? "x" : "y")" })
    try site.write("b/1.csv", Self.rows(60) { "\($0 + 5),\($0 * 3 % 47),\($0 % 2 == 0 ? "x" : "<b>|`\u{1B}z")" })
    for folder in ["a", "b"] { try #require(try site.run("data", "add", folder, "--as", "d").status == 0) }
  }

  private static func rows(_ count: Int, _ row: (Int) -> String) -> String {
    "id,v,word\n" + (1...count).map { row($0) + "\n" }.joined()
  }

  @Test("two versions that are tables are compared by their columns, and files are still there to be asked for")
  func versions() throws {
    let answer = try site.run("data", "diff", "d@v1", "d@v2", "--key", "id", "--rows")
    #expect(answer.status == 0 && answer.errors.isEmpty)
    #expect(answer.output.hasPrefix("d@v1 (60 rows, 3 columns) → d@v2 (60 rows, 3 columns)\n\nnotable\n"))
    #expect(answer.output.contains("5 keys (id) are gone"))
    #expect(answer.output.contains("“<b>|`\u{FFFD}z”") && !answer.output.contains("\u{1B}"))
    #expect(answer.output.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(try site.run("data", "diff", "d@v1", "d@v2", "--files").output.contains("1 changed"))
    #expect(try site.run("data", "diff", "d@v1", "d@v1").output.hasSuffix("Nothing differs.\n"))
  }

  @Test("a file on disk is either side; the answer is JSON, Markdown or a page that loads nothing")
  func forms() throws {
    let json = try site.run("data", "diff", "d@v1", "b/1.csv", "--json", "--html", "page.html")
    let document = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(document?["format"] as? String == "nightshift-table-diff 1")
    let markdown = try site.run("data", "diff", "a/1.csv", "b", "--markdown").output
    #expect(markdown.contains("\\<b\\>\\|\\`") && markdown.contains("**notable**"))
    let page = try site.read("page.html")
    #expect(page.contains("&lt;b&gt;|`\u{FFFD}z") && !page.contains("<b>|") && !page.contains("http-equiv=\"refresh"))
    #expect(page.contains("default-src 'none'"))
  }

  @Test(
    "what cannot be compared is told",
    arguments: [
      (["d@v1", "d@v2", "--key", "di"], Int32(65), "d@v2 has no column “di”: did you mean “id”?"),
      (["d@v1", "nothing.csv"], 74, "nothing.csv"),
      (["d@v1", "nightshift.yaml"], 64, "nightshift.yaml is no table: none of its files can be read as one"),
      (["d@v1", "a/1.csv", "--files"], 64, "--files compares two versions"),
      (["d@v1", "d@v2", "--rows"], 64, "--rows needs --key"),
    ])
  func mistakes(arguments: [String], status: Int32, message: String) throws {
    let answer = try site.run(["data", "diff"] + arguments)
    #expect(answer.status == status)
    #expect(answer.errors.contains(message), "\(answer.errors)")
  }

  @Test("with --exit-code a difference of tables is exit status 1")
  func exitCode() throws {
    #expect(try site.run("data", "diff", "d@v1", "d@v2", "--exit-code").status == 1)
    #expect(try site.run("data", "diff", "a/1.csv", "d@v1", "--exit-code").status == 0)
  }
}
