using System.Diagnostics;
using System.Text.Json;
using GspMl.Cli.Npy;
using GspMl.Factorization;
using GspMl.LinearAlgebra;

namespace GspMl.Benchmarks.Factorization;

/// <summary>
/// Time to the error that scikit-learn's coordinate descent has after 200 iterations, on the same machine in the same run, float32 on both
/// sides and the same starting factors, the least time of some rounds for either; and the times that the paper's authors' Octave code took
/// on the faces.
/// </summary>
internal static class NmfPeers
{
    private const int PeerIterations = 200;
    private static readonly string[] Pythons = ["/usr/bin/python3", "python3", "python"];
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    private sealed record Peer(string Version, string Blas, string Dtype, double Seconds, double Error);

    /// <param name="arguments">"phases" for the phases of an iteration alone.</param>
    public static void Run(string[] arguments)
    {
        NmfPhases.Run();
        if (arguments.Contains("phases")) return;
        if (NmfData<float>.Faces() is { } faces)
        {
            AgainstScikitLearn(faces, rounds: 5, SaveDense);
            AgainstOctave(faces);
        }
        else Console.WriteLine("The CBCL faces are absent (a folder 'shared' beside the repository, or GSPML_DATA): left out.");
        var zipf = ZipfData.Create(20_000, 30_000, 0.01, seed: 1);
        AgainstScikitLearn(zipf.WithStart(20), rounds: 2, (folder, _) => zipf.Save(folder));
    }

    private static void AgainstScikitLearn(NmfData<float> set, int rounds, Action<string, NmfData<float>> save)
    {
        Console.WriteLine($"{set.Name}: {set.X.Samples} × {set.X.Features}, {set.X.StoredValues} values, rank {set.Rank}, float32, "
            + $"{Environment.ProcessorCount} processors, the best of {rounds} rounds");
        var peer = RunPeer(set, save, rounds);
        Fit(set, NmfAlgorithm.AHals, 3); // just-in-time compilation is not what is compared
        var plain = Fastest(rounds, () => Fit(set, NmfAlgorithm.AHals, PeerIterations, extrapolate: false));
        var fit = Fastest(rounds, () => Fit(set, NmfAlgorithm.AHals, PeerIterations));
        Console.WriteLine($"  GspMl A-HALS, {PeerIterations} iterations: {plain.Elapsed.TotalSeconds:F3} s, {100 * plain.RelativeError:F4} "
            + $"%; extrapolated: {fit.Elapsed.TotalSeconds:F3} s, {100 * fit.RelativeError:F4} %");
        if (peer is null)
        {
            Console.WriteLine("  python3 with scikit-learn is absent: nothing to compare with.\n");
            return;
        }
        Console.WriteLine($"  scikit-learn {peer.Version} cd ({peer.Blas}, {peer.Dtype}), {PeerIterations} iterations: {peer.Seconds:F3} "
            + $"s, {100 * peer.Error:F4} %");
        Compare("A-HALS", plain, peer);
        Compare("A-HALS, extrapolated", fit, peer);
        Console.WriteLine();
    }

    private static void Compare(string name, NmfResult<float> fit, Peer peer)
    {
        var equal = fit.Trace.FirstOrDefault(i => i.RelativeError <= peer.Error);
        Console.WriteLine(equal.Iteration == 0
            ? $"  {name}: that error is not reached in {PeerIterations} iterations"
            : $"  {name}: same error after {equal.Iteration} iterations and {equal.Elapsed.TotalSeconds:F3} s: "
                + $"{peer.Seconds / equal.Elapsed.TotalSeconds:F1} times as fast (wanted: 3; hoped for: 10)");
    }

    private static void AgainstOctave(NmfData<float> faces)
    {
        Console.WriteLine("CBCL faces against the authors' Octave code (their 500 iterations, as measured by this project elsewhere; not "
            + "in this run)");
        foreach (var (algorithm, name, seconds, error) in new[] { (NmfAlgorithm.AHals, "A-HALS", 23.0, 8.075),
            (NmfAlgorithm.Psnmf, "PSNMF 0.85", 107.0, 10.203) })
        {
            Fit(faces, algorithm, 3);
            var fit = Fastest(3, () => Fit(faces, algorithm, 500));
            var equal = fit.Trace.FirstOrDefault(i => 100 * i.RelativeError <= error);
            var speed = equal.Iteration == 0 ? "their error is not reached"
                : $"their error after {equal.Iteration} iterations and {equal.Elapsed.TotalSeconds:F2} s: "
                + $"{seconds / equal.Elapsed.TotalSeconds:F0} times as fast";
            Console.WriteLine($"  {name,-11} theirs {seconds,4:F0} s, {error:F3} %; ours {fit.Elapsed.TotalSeconds:F2} s, "
                + $"{100 * fit.RelativeError:F3} %; {speed}");
        }
        Console.WriteLine();
    }

    private static NmfResult<float> Fastest(int rounds, Func<NmfResult<float>> fit)
        => Enumerable.Range(0, rounds).Select(_ => fit()).MinBy(r => r.Elapsed)!;

    private static Peer? RunPeer(NmfData<float> set, Action<string, NmfData<float>> save, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("gspml-nmf-").FullName;
        try
        {
            Save(folder, "B0", set.Start.Basis);
            Save(folder, "C0", set.Start.Coefficients);
            save(folder, set);
            var script = Path.Combine(AppContext.BaseDirectory, "Factorization", "sklearn_nmf.py");
            return Pythons.Select(python => Answer(python, script, folder, rounds)).FirstOrDefault(peer => peer is not null);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Peer? Answer(string python, string script, string folder, int rounds)
    {
        try
        {
            using var process =
                Process.Start(new ProcessStartInfo(python,
                [script, folder, $"{PeerIterations}", $"{rounds}"])
                { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            _ = errors.Result;
            return process.ExitCode == 0 ? JsonSerializer.Deserialize<Peer>(output, Json) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // no such program
        }
    }

    private static void SaveDense(string folder, NmfData<float> set) =>
        NpyWriter.Write<float>(Path.Combine(folder, "X.npy"), ((DenseData<float>)set.X).Values, set.X.Samples, set.X.Features);

    private static void Save(string folder, string name, DenseMatrix<float> matrix) =>
        NpyWriter.Write<float>(Path.Combine(folder, name + ".npy"), matrix.Values, matrix.Rows, matrix.Columns);

    private static NmfResult<float> Fit(NmfData<float> set, NmfAlgorithm algorithm, int iterations, bool extrapolate = true)
        => NonnegativeFactorization.Fit(
        set.X,
        new()
        {
            Rank = set.Rank,
            Algorithm = algorithm,
            BasisSparsity = algorithm == NmfAlgorithm.AHals ? null : 0.85,
            MaxIterations = iterations,
            Tolerance = 0,
            Extrapolate = extrapolate
        },
        set.Start);
}
