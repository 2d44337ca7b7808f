// swift-tools-version: 6.2
import PackageDescription

/// A continuous-integration run (`CI` is set there) accepts no warning; elsewhere a newer compiler may warn and still build.
let strictness: [SwiftSetting] = Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

let settings: [SwiftSetting] =
  strictness + [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// A module of ours and its test suite. The list of dependencies is the architecture: downwards only.
func module(_ name: String, _ dependencies: [Target.Dependency]) -> [Target] {
  [
    .target(
      name: name, dependencies: dependencies, exclude: name == "Reports" ? ["README.md", "Pictures"] : [],
      swiftSettings: settings),
    .testTarget(
      name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, exclude: excluded(name),
      swiftSettings: settings),
  ]
}

/// Data of tests, read from the source folder.
func excluded(_ module: String) -> [String] {
  switch module {
  case "Jobs", "Pipeline": ["Golden", "Fixtures"]
  case "Reports": ["Golden"]
  case "Learning", "Quality", "Spool", "Statistics", "Store", "Tables": ["Fixtures"]
  default: []
  }
}

let package = Package(
  name: "nightshift",
  products: [.executable(name: "nightshift", targets: ["nightshift"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    // No pkgConfig: the header is compiled in, the library is loaded where a model is trained or scored, so that an
    // empty night does not pay for it.
    .systemLibrary(name: "CXGBoost", providers: [.apt(["libxgboost-dev"])]),
    .target(name: "CStatistics", linkerSettings: [.linkedLibrary("m")]),
    .target(name: "CPosix"),
    .target(name: "CForest", linkerSettings: [.linkedLibrary("m")]),
    .target(name: "CTables", linkerSettings: [.linkedLibrary("m")]),
    .testTarget(
      name: "EndToEndTests", dependencies: ["nightshift"], exclude: ["Golden", "Fixtures"], swiftSettings: settings),
    .testTarget(
      name: "NightshiftTests", dependencies: ["nightshift", "Pipeline", "Jobs", "Records", "Store", "Disk", system],
      swiftSettings: settings),
    .executableTarget(
      name: "nightshift",
      dependencies: [
        "Reports", "Pipeline", "Jobs", "Spool", "Quality", "Records", "Learning", "Tables", "Store", "Disk",
        argumentParser, system,
      ],
      swiftSettings: settings),
  ]
    + module("Reports", ["Records"])
    + module(
      "Pipeline",
      [
        "Jobs", "Spool", "Quality", "Records", "Learning", "Statistics", "Tables", "Store", "Disk", "CPosix", system,
      ])
    + module(
      "Jobs", ["Spool", "Quality", "Records", "Learning", "Statistics", "Tables", "Store", "Disk", yams, system])
    + module("Spool", ["Records", "Tables", "Disk", "CPosix", system])
    + module("Quality", ["Records", "Statistics", "Tables", "Store", "Disk", system])
    + module("Records", ["Tables", "Store"])
    + module("Learning", ["Statistics", "Tables", "Store", "Disk", "CForest", "CXGBoost", system])
    + module("Statistics", ["CStatistics"])
    + module("Tables", ["Store", "Disk", "CTables", system])
    + module("Store", ["Disk", "CLZ4", "CArchive", crypto, system])
    + module("Disk", ["CPosix", system]),
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
