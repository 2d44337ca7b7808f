import Foundation
import Testing

@Suite struct StoreRepairCommandTests {
  @Test("a flipped bit is named with its victims; a repair keeps the pack, and another store makes all whole again")
  func repair() throws {
    let (site, backup) = (try SiteFixture(), try SiteFixture())
    for fixture in [site, backup] {
      try fixture.write("small.csv", flights(2000))
      try #require(try fixture.run("data", "add", "small.csv", "--as", "small").status == 0)
    }
    let pack = try #require(
      try site.files("Store/packs").max { try site.read(size: $0) < site.read(size: $1) })
    let file = site.root.appendingPathComponent("Store/packs/" + pack)
    var bytes = try Data(contentsOf: file)
    bytes[100] ^= 1
    try FileManager.default.removeItem(at: file)
    try bytes.write(to: file)

    let found = try site.run("store", "check", "--read-data")
    #expect(found.status == 12)
    #expect(found.output.contains("hurts dataset default/small@v1"))
    let alone = try site.run("store", "check", "--repair")
    #expect(alone.status == 12)
    #expect(alone.output.contains("moved to quarantine/packs/\(pack)"))
    let together = try site.run(
      "store", "check", "--repair", "--json", "--from", backup.root.appendingPathComponent("Store").path)
    #expect(together.status == 0, "\(together.output)")
    #expect(together.output.contains("lost blobs: taken from"))
    #expect(try site.run("data", "checkout", "small@v1", "back").status == 0)
    #expect(try site.read("back/small.csv") == flights(2000))
    #expect(try site.run("store", "check", "--from", "elsewhere").status == 64)
  }
}

extension SiteFixture {
  fileprivate func read(size pack: String) throws -> Int {
    try Data(contentsOf: root.appendingPathComponent("Store/packs/" + pack)).count
  }
}
