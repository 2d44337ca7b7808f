import Foundation
import Testing

@Suite struct DataCheckoutTests {
  let site: SiteFixture

  init() throws { site = try SiteFixture() }

  @Test("a folder becomes the version with --update alone, and is said to be in the way without")
  func update() throws {
    for day in 1...2 {
      try site.write("landing/a.csv", "x\n\(day)\n")
      try site.write("landing/b.csv", "x\n0\n")
      #expect(try site.run("data", "add", "landing", "--as", "d").status == 0)
    }
    #expect(try site.run("data", "checkout", "d@v1", "out").status == 0)
    let refused = try site.run("data", "checkout", "d@v2", "out")
    #expect(refused.status == 64)
    #expect(
      refused.errors.hasSuffix(
        "/out is there already: choose a new folder, or make this one the version with `--update`\n"))
    let updated = try site.run("data", "checkout", "--update", "d@v2", "out")
    #expect(updated.status == 0 && updated.output.isEmpty, "\(updated.errors)")
    #expect(try site.read("out/a.csv") == "x\n2\n")
  }
}
