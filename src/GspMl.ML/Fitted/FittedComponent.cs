using GspMl.ML.Hosting;
using GspMl.ML.Rows;
using GspMl.ML.Saving;
using GspMl.Onnx.Files;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace GspMl.ML.Fitted;

/// <summary>
/// What every fitted component does alike: it adds columns row by row and lazily, and is saved as ML.NET's own ONNX transformer.
/// </summary>
/// <param name="bind">
/// What is computed of a row of a given schema; throws <see cref="ArgumentOutOfRangeException"/> for one that does not fit.
/// </param>
/// <param name="toGraph">The same function as an ONNX graph.</param>
/// <param name="environment">Says where temporary files go; null for where the system puts them.</param>
internal sealed class FittedComponent(Func<DataViewSchema, RowMapping> bind, Func<FittedGraph> toGraph, IHostEnvironment? environment)
{
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => new MappedSchema(inputSchema, bind(inputSchema)).Output;

    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new MappedDataView(input, bind(input.Schema));
    }

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new RowToRowMapper(inputSchema, bind(inputSchema));

    public void ExportToOnnx(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(ToExportedModel());
    }

    public void ExportToOnnx(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var model = ToExportedModel();
        OutputFile.Write(path, stream => stream.Write(model));
    }

    public byte[] ToBatchModel(Func<string, string> inputName, Func<string, string> outputName) =>
        toGraph().ToBatchModel(inputName, outputName);

    public void Save(ModelSaveContext context) => OnnxHandover.Save(toGraph(), context, HostProperties.TempFilePath(environment));

    private byte[] ToExportedModel()
    {
        var graph = toGraph();
        if (graph.Outputs.FirstOrDefault(o => graph.Inputs.Any(i => i.Name == o.Name)) is { } replaced)
            throw new InvalidOperationException(
                $"Column '{replaced.Name}' is input and output at once, which no ONNX graph can have: give the output another name, "
                + "or export with the package GspMl.ML.OnnxExport.");
        return graph.ToBatchModel();
    }
}
