import Foundation
import Testing

/// The jobs below `Jobs/examples`, as people find them.
@Suite struct ExamplesTests {
  private static let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Jobs/examples")

  private let site: SiteFixture

  init() throws {
    site = try SiteFixture()
    try FileManager.default.copyItem(at: Self.examples, to: site.root.appendingPathComponent("examples"))
  }

  @Test("every shipped spec is accepted")
  func specs() throws {
    let specs = site.files("examples").filter {
      $0.hasSuffix(".yaml") && !$0.hasSuffix(".contract.yaml") && !$0.contains("/features/")
    }
    #expect(specs.count >= 6)
    for spec in specs {
      let answer = try site.run("check", "examples/" + spec)
      #expect(answer.status == 0, "\(spec): \(answer.errors)")
    }
  }

  @Test("penguins of three years in three formats are checked, profiled, queried, split and learned from")
  func penguins() throws {
    try #require(try site.run("submit", "examples/penguins/penguins.yaml").status == 0)
    let answer = try site.run("run")
    try #require(answer.status == 0, "\(answer.errors)")
    let years = try site.run("data", "show", "penguins/penguins@latest")
    #expect(years.output.contains("344"))
    try #require(try site.run("data", "checkout", "penguins/penguin-features@latest", "out").status == 0)
    let rows = try site.read("out/\(try #require(site.files("out").first))").split(separator: "\n")
    // Two penguins were not measured.
    #expect(rows.count == 343)
    #expect(rows[0].contains("bill_ratio"))
  }

  @Test("a year of penguins that breaks the contract ends the job before anything is trained")
  func brokenPenguins() throws {
    try site.write(
      "examples/penguins/penguins/2010.csv",
      "species,island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex,year\nEmperor,Dream,81,20,300,30000,female,2010\n"
    )
    try #require(try site.run("submit", "examples/penguins/penguins.yaml").status == 0)
    let answer = try site.run("run")
    #expect(answer.status == 10)
    #expect(answer.errors.contains("species is one of"), "\(answer.errors)")
    #expect(try site.run("model", "list").output.contains("penguins") == false)
  }
}
