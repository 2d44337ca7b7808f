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
      $0.hasSuffix(".yaml") && ![".contract.yaml", ".card.yaml"].contains(where: $0.hasSuffix)
        && !$0.contains("/features/")
    }
    #expect(specs.count >= 10)
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

  @Test("a model that treats women and men too differently is refused, and another one promoted")
  func adult() throws {
    try #require(try site.run("submit", "examples/adult/adult.yaml", "--now", "2013-02-01T02:00:00Z").status == 0)
    let answer = try site.run("run")
    try #require(answer.status == 0, "\(answer.errors)")
    let run = try #require(try site.run("runs").output.split(separator: "\n").last?.split(separator: " ").first)
    let shown = try site.run("show", String(run)).output.split(separator: "\n")
    let verdicts = shown.filter { $0.contains("-verdict") }
    try #require(verdicts.count == 2)
    #expect(verdicts[0].contains("reject") && verdicts[0].contains("demographic_parity_difference by sex"))
    #expect(verdicts[1].contains("promote"))
    #expect(try site.run("model", "show", "adult/income@champion").status == 0)
    #expect(try site.run("model", "show", "adult/income-blind@champion").status != 0)
  }

  @Test("one rule in shell and awk is a model, and comes out the same when it is made again")
  func oneRule() throws {
    try #require(try site.run("submit", "examples/biopsies/one-rule.yaml").status == 0)
    let answer = try site.run("run")
    try #require(answer.status == 0, "\(answer.errors)")
    let run = try #require(try site.run("runs").output.split(separator: "\n").last?.split(separator: " ").first)
    #expect(try site.run("reproduce", String(run)).output.contains("bit-identical"))
  }

  /// The packages of the example, as pip finds them here; nil where it does not, or takes too long for a test.
  private static let wheels: String? = {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nightshift-wheels-\(getpid())")
    let requirements = examples.appendingPathComponent("biopsies/requirements.txt")
    let download =
      "timeout 240 python3 -m pip download --no-input -q --only-binary :all: -d \(folder.path) -r \(requirements.path)"
    let answer = try? SiteFixture.start("/bin/sh", ["-c", download], FileManager.default.temporaryDirectory)
    return answer?.status == 0 ? folder.path : nil
  }()

  @Test(
    "a model of scikit-learn's is installed, trained, judged, promoted and used by its own scripts",
    .enabled(if: wheels != nil, "pip finds no packages here: the example installs scikit-learn"))
  func biopsies() throws {
    let wheels = try #require(Self.wheels)
    defer { try? FileManager.default.removeItem(atPath: wheels) }
    try site.write("nightshift.yaml", "settle: 0s\nwheels: \(wheels)\n")
    try #require(try site.run("submit", "examples/biopsies/biopsies.yaml").status == 0)
    let answer = try site.run("run")
    try #require(answer.status == 0, "\(answer.errors)")
    #expect(try site.run("model", "show", "biopsies/malignant@champion").output.contains("scikit-learn"))
    let name = try #require(
      site.files("Store/reports/runs").first { $0.hasPrefix("biopsies-") && $0.hasSuffix(".html") })
    let page = try site.read("Store/reports/runs/\(name)")
    #expect(page.contains("it ran with joblib"))
    #expect(page.contains("training log loss by step"))
    try #require(try site.run("data", "checkout", "biopsies/suspicions@latest", "out").status == 0)
    #expect(try site.read("out/predictions.csv").hasPrefix("sample,score\n"))
  }
}
