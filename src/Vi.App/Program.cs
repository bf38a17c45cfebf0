using Vi.App.Commands;

using var interrupt = new Interrupt();
var host = new VilabHost(Terminal.OfProcess(), services => services.AddVilab());
return await CommandLine.InvokeAsync(args, host, interrupt.Token);
