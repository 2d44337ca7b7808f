import Foundation
import Testing

/// `Scripts/restore.py`, which knows a store from Store/README.md alone.
@Suite struct RestorerTests {
  let site: SiteFixture

  private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  init() throws { site = try SiteFixture() }

  /// A Python that has the `lz4` package: the one on PATH, or Debian's, which Scripts/setup gives it.
  private func python() throws -> String {
    let candidates = ["python3", "/usr/bin/python3"]
    let found = try candidates.first {
      try SiteFixture.start("/usr/bin/env", [$0, "-c", "import lz4.block"], site.root).status == 0
    }
    return try #require(found, "no Python with the lz4 package: run Scripts/setup")
  }

  private func restore(_ arguments: String...) throws -> SiteFixture.Answer {
    let script = Self.repository.appendingPathComponent("Scripts/restore.py").path
    return try SiteFixture.start("/usr/bin/env", [try python(), script] + arguments, site.root)
  }

  private func snapshot() throws {
    try site.write("landing/2013/1.csv", flights(3000))
    try site.write("landing/\u{E4} \"b\".txt", "a\n1\n")
    try site.write("landing/empty", "")
    try site.write("landing/run.sh", "#!/bin/sh\n")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: site.root.appendingPathComponent("landing/run.sh").path)
    try #require(try site.run("data", "add", "landing", "--as", "flights", "--project", "p").status == 0)
  }

  @Test("it restores a version of a store of ours, byte for byte")
  func ours() throws {
    try snapshot()
    let answer = try restore("Store", "p/flights@latest", "out")
    #expect(answer.status == 0, "\(answer.errors)")
    #expect(answer.output.contains("4 files"))
    #expect(try SiteFixture.start("/usr/bin/env", ["diff", "-r", "landing", "out"], site.root).output == "")
    #expect(FileManager.default.isExecutableFile(atPath: site.root.appendingPathComponent("out/run.sh").path))
    let digest = try #require(answer.output.split(separator: " ").first).dropLast()
    #expect(try restore("Store", String(digest)).status == 0)
  }

  @Test("it restores the frozen store of the first format")
  func frozen() throws {
    let store = Self.repository.appendingPathComponent("Tests/StoreTests/Fixtures/format-1").path
    let answer = try restore(store, "flights/raw@checked", "out")
    #expect(answer.status == 0, "\(answer.errors)")
    #expect(site.files("out").count == 5)
  }

  private func size(_ pack: String) throws -> Int {
    try Data(contentsOf: site.root.appendingPathComponent("Store/packs/" + pack)).count
  }

  @Test("it refuses what is damaged, in one line", arguments: ["pack", "audit", "version"])
  func damaged(what: String) throws {
    try snapshot()
    let path =
      switch what {
      case "pack": "Store/packs/" + (try #require(try site.files("Store/packs").max { try size($0) < size($1) }))
      case "audit": "Store/audit/log.ndjson"
      default: "Store/refs/datasets/p/flights/versions/v1.json"
      }
    let file = site.root.appendingPathComponent(path)
    var bytes = try Data(contentsOf: file)
    switch what {
    case "pack": bytes[60] ^= 1
    case "audit":
      bytes = Data(String(decoding: bytes, as: UTF8.self).replacing("\"sequence\":0", with: "\"sequence\":1").utf8)
    default: bytes = Data(String(decoding: bytes, as: UTF8.self).replacing("sha256:", with: "sha256:0").utf8)
    }
    try FileManager.default.removeItem(at: file)
    try bytes.write(to: file)
    let answer = try restore("Store", "p/flights@v1", "out")
    #expect(answer.status == 1)
    #expect(
      answer.errors.hasPrefix("restore.py: ") && answer.errors.split(separator: "\n").count == 1, "\(answer.errors)")
  }
}
