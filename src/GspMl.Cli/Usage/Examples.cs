namespace GspMl.Cli.Usage;

/// <summary>What <c>--help</c> shows of each command in use; a test parses them all. In a clone's folder most run as they stand.</summary>
internal static class Examples
{
    private const string Models = "onnx-models";

    private static readonly Dictionary<string, string[]> OfCommand = new()
    {
        ["demo"] = ["gspml demo", "gspml demo --out demo-files"],
        ["project"] =
        [
            "gspml project in.npy out.npy --sparsity 0.8",
            "gspml project in.npy out.npy --zeros 0.9 --axis 1 --unit-norm",
        ],
        ["nmf"] =
        [
            "gspml nmf faces.npy --rank 49 --sparsity 0.85 --out parts --image 19x19",
            "gspml nmf words.mtx --rank 20 --out topics --threads 4",
        ],
        ["worker"] = ["gspml worker --cluster /shared/cluster --address 10.0.0.7"],
        ["encode"] = ["gspml encode new.npy --basis parts/basis.npy -o coefficients.npy"],
        ["inspect"] = [$"gspml inspect {Models}/lenet5.onnx"],
        ["prune"] =
        [
            $"gspml prune {Models}/lenet5.onnx -o pruned.onnx --zeros 0.5 --values original",
            $"gspml prune {Models}/lenet5.onnx -o pruned.onnx --zeros 0.8 --preset accurate "
                + $"--calibration {Models}/digits-calibration-inputs.npy.gz --report report.html",
        ],
        ["check"] = [$"gspml check {Models}/lenet5.onnx"],
        ["shrink"] =
        [
            $"gspml shrink {Models}/lenet5.onnx -o smaller.onnx --macs 0.5 --calibration {Models}/digits-calibration-inputs.npy.gz",
        ],
        ["tune"] =
        [
            "gspml tune pruned.onnx -o tuned.onnx --teacher model.onnx --calibration rows.npy --epochs 60",
            $"gspml tune {Models}/lenet300.onnx -o tuned.onnx --calibration {Models}/digits-calibration-inputs.npy.gz "
                + "--schedule rising --zeros 0.98 --epochs 200",
        ],
        ["eval"] =
        [
            $"gspml eval pruned.onnx --baseline {Models}/lenet5.onnx --inputs {Models}/digits-test-inputs.npy.gz "
                + $"--labels {Models}/digits-test-labels.npy.gz --max-accuracy-drop 1",
            "gspml eval pruned.onnx --baseline model.onnx --inputs rows.npy --layers --report report.html",
        ],
        ["sweep"] =
        [
            $"gspml sweep {Models}/lenet300.onnx --zeros 0.5..0.95 --inputs {Models}/digits-test-inputs.npy.gz "
                + $"--labels {Models}/digits-test-labels.npy.gz --report sweep.html",
            $"gspml sweep {Models}/lenet300.onnx --zeros 0.8,0.9,0.95 --calibration {Models}/digits-calibration-inputs.npy.gz "
                + $"--inputs {Models}/digits-test-inputs.npy.gz --min-agreement 97 --output-folder swept",
            $"gspml sweep {Models}/lenet5.onnx --structured --macs 0.3..0.7 --step 0.1 --inputs {Models}/digits-test-inputs.npy.gz",
        ],
    };

    /// <summary>Command lines of a command; none of one that has no list.</summary>
    public static IReadOnlyList<string> Of(string command) => OfCommand.GetValueOrDefault(command, []);
}
