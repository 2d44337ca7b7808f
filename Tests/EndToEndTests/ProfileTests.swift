import Foundation
import Testing

@Suite struct ProfileTests {
  let site: SiteFixture

  init() throws {
    site = try SiteFixture()
    var text = "id,carrier,dep_delay,arr_delay\n"
    for row in 0..<300 { text += "\(row),\(row % 7 == 0 ? "ua" : "UA"),\(row % 40),\(row % 40 + row % 3)\n" }
    try site.write("data/flights.csv", text)
  }

  @Test("a profile step has its alerts in the run, a page that the run and the dataset link, and is reused")
  func step() throws {
    try site.write(
      "job.yaml",
      """
      version: 1
      name: look
      steps:
        - {id: raw, uses: snapshot, with: {from: data, dataset: flights}}
        - {id: facts, uses: profile, with: {data: raw, target: arr_delay > 15}}

      """)
    #expect(try site.run("submit", "job.yaml").status == 0)
    #expect(try site.run("run").status == 0)
    let runs = site.files("Store/reports/runs").filter { $0.hasPrefix("look-") && $0.hasSuffix(".html") }
    let page = try site.read("Store/reports/runs/\(try #require(runs.first))")
    #expect(page.contains("“dep_delay” alone ranks the target"))
    let profiles = site.files("Store/reports/profiles")
    #expect(profiles.count == 2)
    let name = try #require(profiles.first { $0.hasSuffix(".html") })
    #expect(page.contains("../profiles/\(name)"))
    #expect(try site.read("Store/reports/datasets/default/flights.html").contains("profiles/\(name)"))
    #expect(try site.run("submit", "job.yaml").status == 0)
    #expect(try site.run("run").status == 0)
    let pages = try site.files("Store/reports/runs").filter { $0.hasPrefix("look-") && $0.hasSuffix(".html") }
      .map { try site.read("Store/reports/runs/\($0)") }
    #expect(pages.contains { $0.contains("all 2 steps were reused") })
  }

  @Test("a version and a file can be profiled by hand, and what is wrong is said")
  func byHand() throws {
    #expect(try site.run("data", "add", "data", "--as", "flights").status == 0)
    let version = try site.run("data", "profile", "flights@v1", "--html", "p.html")
    #expect(version.status == 0 && version.output.contains("300 rows, 4 columns"))
    #expect(version.output.contains("key: id") && version.output.contains("“UA” beside “ua”"))
    #expect(try site.read("p.html").contains("Profile of flights@v1"))
    let file = try site.run("data", "profile", "data/flights.csv", "--json")
    #expect(file.status == 0 && file.output.contains("nightshift-profile 2"))
    let wrong = try site.run("data", "profile", "data/flights.csv", "--target", "arr_dely > 15")
    #expect(wrong.status == 65 && wrong.errors.contains("did you mean “arr_delay”?"))
    #expect(try site.run("data", "profile", "none.csv").status == 74)
    #expect(try site.run("data", "profile", "flights@v9").status == 64)
  }
}
