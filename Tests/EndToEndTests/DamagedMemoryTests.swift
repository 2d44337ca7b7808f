import Foundation
import Testing

@Suite(.serialized) struct DamagedMemoryTests {
  let site: SiteFixture

  init() throws { site = try SiteFixture() }

  private func night() throws -> SiteFixture.Answer {
    try site.write("landing/a.csv", flights(300))
    try site.write(
      "copy.yaml",
      "version: 1\nname: copy\nsteps:\n  - {id: raw, uses: snapshot, with: {from: \"landing/*.csv\", dataset: flights}}\n"
    )
    try #require(try site.run("submit", "copy.yaml", "--now", "2013-02-01T02:00:00Z").status == 0)
    return try site.run("run")
  }

  @Test("a remembered result that cannot be read is done again, and a collection goes on")
  func memory() throws {
    #expect(try night().status == 0)
    let results = site.files("Store/index/steps")
    #expect(!results.isEmpty)
    for result in results { try site.write("Store/index/steps/\(result)", "{}") }
    #expect(try site.run("plan", "copy.yaml").status == 0)
    let again = try night()
    #expect(again.status == 0, "\(again.errors)")
    for result in results {
      #expect(try site.read("Store/index/steps/\(result)") != "{}")
      try site.write("Store/index/steps/\(result)", "{}")
    }
    try site.write("nightshift.yaml", "settle: 0s\nretention: {datasets: {last: 1}, grace: 0s}\n")
    for seed in 2...3 {
      try site.write("landing/a.csv", flights(300, seed: UInt64(seed)))
      #expect(try site.run("data", "add", "landing", "--as", "d").status == 0)
    }
    let packs = Set(site.files("Store/packs"))
    let collected = try site.run("store", "gc")
    #expect(collected.status == 0, "\(collected.errors)")
    #expect(!packs.isSubset(of: site.files("Store/packs")))
    #expect(results.allSatisfy { !site.files("Store/index/steps").contains($0) })
  }

  @Test("data that is no table, and a name without a version, are told with the status of what was asked for")
  func asked() throws {
    try site.write("landing/a.csv", "a,b\n1,2,3\n")
    let added = try site.run("data", "add", "landing", "--as", "d")
    #expect(added.status == 65, "\(added.errors)")
    for group in ["data", "model"] {
      let shown = try site.run(group, "show", "flights")
      #expect(shown.status == 64 && shown.errors.contains("write flights@latest"), "\(shown.errors)")
    }
  }
}
