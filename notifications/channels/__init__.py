"""One module per way to reach a person. Each delivers, or raises DeliveryError."""
