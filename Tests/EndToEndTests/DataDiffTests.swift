import Foundation
import Testing

@Suite struct DataDiffTests {
  let site: SiteFixture

  init() throws {
    site = try SiteFixture()
    for (path, text) in [
      "keep.txt": "kept\n", "rows.txt": "1\n", "old/moved.txt": "moved\n", "gone.txt": "gone\n",
      "run.sh": "#!/bin/sh\n",
    ] {
      try site.write("data/\(path)", text)
    }
    try #require(try site.run("data", "add", "data", "--as", "d").status == 0)
  }

  /// A second version, with names that would break a line, a list or a page.
  private func change() throws {
    let data = site.root.appendingPathComponent("data")
    try FileManager.default.createDirectory(at: data.appendingPathComponent("new"), withIntermediateDirectories: true)
    try FileManager.default.moveItem(
      at: data.appendingPathComponent("old/moved.txt"), to: data.appendingPathComponent("new/moved.txt"))
    try FileManager.default.removeItem(at: data.appendingPathComponent("gone.txt"))
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: data.appendingPathComponent("run.sh").path)
    try site.write("data/rows.txt", "1\n2\n")
    try site.write("data/copy.txt", "kept\n")
    try site.write("data/``a` | <b>|\u{1B}[31m\n- \u{202E}.txt", "x")
    try #require(try site.run("data", "add", "data", "--as", "d").status == 0)
  }

  @Test("a comparison reads as agreed", arguments: ["txt", "md", "json"])
  func golden(form: String) throws {
    try change()
    let option = ["txt": [], "md": ["--markdown"], "json": ["--json"]][form] ?? []
    let answer = try site.run(["data", "diff", "d@v1", "d@v2"] + option)
    #expect(answer.status == 0)
    let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Golden/diff.\(form)")
    if ProcessInfo.processInfo.environment["NIGHTSHIFT_REWRITE_GOLDEN"] != nil {
      try answer.output.write(to: golden, atomically: true, encoding: .utf8)
    }
    #expect(answer.output == (try String(contentsOf: golden, encoding: .utf8)))
  }

  @Test("with --exit-code a difference is exit status 1")
  func exitCode() throws {
    #expect(try site.run("data", "diff", "d@v1", "d@latest", "--exit-code").status == 0)
    try change()
    #expect(try site.run("data", "diff", "d@v1", "d@latest", "--exit-code").status == 1)
    #expect(try site.run("data", "diff", "d@v1", "d@v9").status == 64)
  }
}
